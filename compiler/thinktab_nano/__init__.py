"""Nano: the small reasoning model that ships inside the site, from its training data to its checkpoint."""
