"""What is handed to a court and to anyone else: the expert's report, its signature, and the exhibit page.

Built from records alone, never from a Case; the caller states the time.
"""
