"""The pages of activities: the timeline of whatever they are about, the line that logs one from anywhere, conversations."""
