"""The only room of the core that knows Scrapy."""
