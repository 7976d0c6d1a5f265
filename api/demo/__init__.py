"""Three invented client companies with their articles and questions."""
