"""The steps that bring a database up to date; each is taken once, in the order of its number."""
