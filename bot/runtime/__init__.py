"""Rasa in this process: the model, the actions, the tracker store. Rasa's faults are shielded here, each in one place."""
