"""The window: departments hand in, chiefs approve, finance asks, in a browser.

Django over the services of the house. People, their posts and their sessions are kept in a database
of their own (`people`); all else is the home's. `middleware` lets nobody in unseen, `access` says
who may do what, `pages` are the rooms. Nothing is loaded from other hosts; without JavaScript every
page works.
"""
