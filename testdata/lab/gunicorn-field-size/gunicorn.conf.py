# The default is 8190, and the lab's tokens are short.
limit_request_field_size = 100
