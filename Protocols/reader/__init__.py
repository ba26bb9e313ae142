"""An independent reader of the protocol; it shares nothing with the product."""
