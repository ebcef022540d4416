"""What is in the corpus, to take away: an Anki deck, a book, notebooks."""
