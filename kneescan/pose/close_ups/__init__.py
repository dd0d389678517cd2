"""Close-ups: a closer look at the legs and at the direction of the body, by small neural networks."""
