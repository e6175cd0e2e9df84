"""Rasa in this process: model, actions, tracker store. Rasa's faults are shielded here, each in one place."""
