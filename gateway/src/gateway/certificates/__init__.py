"""Certificates on paper: letters, and the document that embeds them."""
