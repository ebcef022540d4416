"""One reader for each file format: from a document to the pieces of its page."""
