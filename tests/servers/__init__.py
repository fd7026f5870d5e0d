"""Local stand-ins for outside services, each written from the published behaviour of the service alone."""
