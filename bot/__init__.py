"""Needlepoint: conversational triage for clinics that offer dry needling."""
