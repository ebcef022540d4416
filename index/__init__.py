"""Search: entries chunked, embedded, stored in FAISS beside BM25, and found again."""
