"""Pictures of the product for people who consider it: a demo that is played and photographed."""
