"""The life of a report: draft, approval, publication, correction, and the site it stands on."""
