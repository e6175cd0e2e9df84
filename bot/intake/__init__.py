"""The record: what a patient passed to the front desk."""
