"""Video and sound: looked at, made harmless and small by ffmpeg, confined."""
