"""Understanding: text in, findings out. Pure parts, and the Rasa graph components that apply them."""
