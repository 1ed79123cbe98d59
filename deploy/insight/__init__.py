"""What a class misunderstood: verdicts added up, and a page of them for the teacher.

    tally       records of verdicts become counts, by task and by misconception
    page        counts become a page of HTML, or a few lines of text
    anonymous   a student's code and words without anything that could name her
    handed_in   the graded notebooks of a course become what the page shows

The first three need the standard library only: what the tasks are comes in as data,
`nncourse.exercises.catalogue()`, which may have been through JSON. So the hub can use them too:

    from insight.page import page
    from insight.tally import records, tally

    class_ = [records(text, catalogue) for text in files]     a list of records for each student
    page("What the class is stuck on", tally(class_, catalogue), catalogue, refresh=15)
"""
