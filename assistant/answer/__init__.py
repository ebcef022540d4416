"""From a question to an answer: contextualise, search, write with citations, execute."""
