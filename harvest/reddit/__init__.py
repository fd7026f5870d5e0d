"""Reddit (external contract 11): what its answers mean, as pure functions of JSON; nothing here asks or waits."""
