"""Draw the cards of pages, one function a card; their shared frame stands in card.py."""
