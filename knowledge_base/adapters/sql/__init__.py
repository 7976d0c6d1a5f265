"""SQL is the truth of the knowledge base: articles, passages, versions, the published pointer."""
