"""Audit files in, release out. Knows nothing of Streamlit."""
