"""Receive files: check them, show what is marked, and send what is right."""

from dashboard.components import page_context, upload_form

page = page_context.load_page_context()
upload_form.show_heading(page)
if not upload_form.show_closed(page):
    upload_form.receipt_card(page)
    upload_form.steps_card(page)
    files = upload_form.drop_card(page)
    outcomes = upload_form.check_files(page, files)
    if outcomes:
        upload_form.send_card(page, files, outcomes)
    for number, outcome in enumerate(outcomes):
        upload_form.file_card(page, number, outcome)
    upload_form.template_card(page)
