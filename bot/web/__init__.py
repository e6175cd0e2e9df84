"""The HTTP face: the chat API, health, and the demo page."""
