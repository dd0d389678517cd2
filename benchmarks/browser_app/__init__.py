"""The browser app under load: killed, flooded, fed with damaged videos, and stepped through."""
