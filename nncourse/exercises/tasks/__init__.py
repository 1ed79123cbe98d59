"""The tasks of the exercises, in the order of the notebooks: TASKS in tasks_NN.

`cases_NN` has what the answers are tried on, and `mistakes_NN` the mistakes that people make.
"""
