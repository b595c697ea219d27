"""Promises: what was agreed, and was it kept?"""
