"""The pages, a module each: what an address asks for, the tables it needs, the template that draws them."""
