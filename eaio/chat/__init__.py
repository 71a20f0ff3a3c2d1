"""Conversations: threads, their messages, the panel on every page."""
