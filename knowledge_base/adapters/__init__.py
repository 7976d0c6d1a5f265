"""The knowledge base's ports on real engines: ONNX Runtime, Chroma, bm25s and SQL."""
