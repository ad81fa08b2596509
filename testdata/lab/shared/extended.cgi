#!${VENV}/bin/python
"""The API of extended.py as a CGI program, as Flask's handbook has it."""

from wsgiref.handlers import CGIHandler

from extended import application

CGIHandler().run(application)
