"""
One file for each question that is measured; the file's name is the experiment's, its first line the question.

To add one, write one file: the docstring (question, setup, rule of the verdict, how to run it by hand), `Params`,
`TOPIC`, `measure`, `conclude`, `draw`; `experiments.topic` says what each of them is.
"""
