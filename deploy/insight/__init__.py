"""What a class misunderstood: verdicts are counted and shown to the teacher on a page.

    tally       counts records of verdicts, by task and by misconception
    page        writes the counts as a page of HTML, or as a few lines of text
    anonymous   removes from a student's code and words all that could identify her
    handed_in   reads the graded notebooks of a course
    report      puts these together for a graded exercise; needs nnlib and nncourse

The first four need the standard library only, so the hub can use them too: the tasks come in as
data, `nncourse.exercises.catalogue()`, which may have been stored as JSON.

    from insight.page import page
    from insight.tally import records, tally

    class_ = [records(text, catalogue) for text in files]     a list of records for each student
    page("What the class is stuck on", tally(class_, catalogue), catalogue, refresh=15)
"""
