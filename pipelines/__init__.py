"""One file, one stage; read ITEM_PIPELINES downwards and you read the PRISMA flow."""
