"""Lists and dicts that several names may stand for, and that are changed: who sees the change."""

from __future__ import annotations

import numpy as np

from traps import right_or_refused, trap

X = np.array([0.3, 0.7, 1.2, 2.0])


@right_or_refused((X,))
def a_dict_chosen_from_two(x):
    a = {"v": x[0]}
    b = {"v": x[1]}
    c = a if x[2] > 1 else b
    a["v"] = a["v"] * 3
    return c["v"] * b["v"]


@right_or_refused((X,))
def writing_to_a_dict_of_one_path(x):
    a = {"v": x[0]}
    b = {"v": x[1]}
    if x[2] > x[3]:
        c = a
    else:
        c = b
    c["v"] = c["v"] * x[3]
    return a["v"] * b["v"] + c["v"]


@right_or_refused((X,))
def a_dict_that_another_name_leaves(x):
    a = {"v": x[0]}
    b = a
    for k in range(3):
        b["v"] = b["v"] + x[k]
        if k == 1:
            b = {"v": x[3]}
    return a["v"] * b["v"]


@right_or_refused((X,))
def a_list_chosen_from_two(x):
    a = [x[0]]
    b = [x[1]]
    c = a if x[2] > 1 else b
    a[0] = a[0] * 3
    return c[0] * b[0]


@right_or_refused((X,))
def writing_to_a_list_of_one_path(x):
    a = [x[0]]
    b = [x[1]]
    if x[2] > x[3]:
        c = a
    else:
        c = b
    c[0] = c[0] * x[3]
    return a[0] * b[0] + c[0]


@right_or_refused((X,))
def a_list_that_another_name_leaves(x):
    a = [x[0]]
    b = a
    for k in range(3):
        b[0] = b[0] + x[k]
        if k == 1:
            b = [x[3]]
    return a[0] * b[0]


@right_or_refused((X,))
def appending_to_a_list_of_one_path(x):
    a = [x[0]]
    b = [x[1]]
    if x[2] > x[3]:
        c = a
    else:
        c = b
    c.append(x[3])
    return sum(a) * len(b) + sum(c)


@right_or_refused((X,))
def a_grown_list_chosen_from_two(x):
    a = []
    for v in x:
        a.append(v)
    b = []
    for v in x:
        b.append(v * 2)
    c = a if x[2] < x[3] else b
    a[0] = 5.0
    return sum(c) * x[0]


@right_or_refused((X,))
def a_list_in_a_tuple_of_one_path(x):
    a = [x[0], x[1]]
    u = (a, 1.0) if x[2] > x[3] else ([x[2], x[3]], 2.0)
    u[0][0] = 9.0 * x[0]
    return sum(a) * u[1]


@trap((X,))
def the_best_is_the_current_list(x):
    cur = [0.0, 0.0]
    best = cur
    for k in range(4):
        cur[0] += x[k]
        if x[k] > 1:
            best = cur
    return best[0] * cur[0]


@right_or_refused((X,))
def the_best_becomes_the_current_list(x):
    cur = [0.0, 0.0]
    best = [1.0, 1.0]
    for k in range(4):
        cur[0] += x[k]
        if k == 1:
            best = cur
    return best[0] * cur[0]


@right_or_refused((X,))
def the_best_is_kept_while_the_current_changes(x):
    cur = [0.0, 0.0]
    best = [1.0, 1.0]
    for k in range(4):
        cur = [cur[0] + x[k], x[k]]
        if x[k] > 1:
            best = cur
        cur[1] = 3.0 * x[0]
    return best[0] * cur[0] * best[1]


@right_or_refused((X,))
def one_array_with_two_names_on_one_path(x):
    if x[0] > 0:
        a = np.zeros(2) + x[0]
        b = a
    else:
        a = np.ones(2) * x[2]
        b = np.ones(2) * x[1]
    a[0] = 5 * x[3]
    return b.sum() * a[1]


@right_or_refused((X,))
def one_list_with_two_names_on_one_path(x):
    if x[0] > 0:
        a = [x[0], x[1]]
        b = a
    else:
        a = [x[2], x[1]]
        b = [x[1], x[3]]
    a[0] = 5 * x[3]
    return sum(b) * a[1]


@right_or_refused((X,))
def one_list_with_two_names_on_the_other_path(x):
    if x[0] < 0:
        a = [x[0], x[1]]
        b = a
    else:
        a = [x[2], x[1]]
        b = [x[1], x[3]]
    a[0] = 5 * x[3]
    return sum(b) * a[1]


@right_or_refused((X,))
def two_names_bound_in_a_loop(x):
    for k in range(3):
        a = [x[k], x[k + 1]]
        b = a
    a[0] = 5 * x[3]
    return sum(b) * a[1]


@right_or_refused((X,))
def a_name_bound_to_a_list_in_a_loop(x):
    l = [x[0], x[1]]
    for _k in range(3):
        t = l
    t[0] = x[2] * 4
    return sum(l) * t[1]


@right_or_refused((X,))
def a_list_replaced_in_a_dict_by_a_loop(x):
    d = {"h": [x[0], x[1]]}
    h = d["h"]
    for k in range(3):
        d["h"] = [d["h"][0] * x[k], 1.0]
    h[0] = x[3] * 2
    return sum(h) + d["h"][0]


@trap((X,))
def a_list_changed_in_a_dict_by_a_loop(x):
    d = {"h": [x[0], x[1]]}
    h = d["h"]
    for k in range(3):
        d["h"][0] = d["h"][0] * x[k]
    return sum(h) + d["h"][0]


@right_or_refused((X,))
def a_list_replaced_in_a_dict_by_a_branch(x):
    d = {"h": [x[0], x[1]]}
    h = d["h"]
    if x[0] > 0:
        d["h"] = [x[3], x[2]]
    h[0] = 9 * x[1]
    return sum(d["h"]) * sum(h)


@right_or_refused((X,))
def a_list_kept_in_a_dict_by_a_branch(x):
    d = {"h": [x[0], x[1]]}
    h = d["h"]
    if x[0] < 0:
        d["h"] = [x[3], x[2]]
    h[0] = 9 * x[1]
    return sum(d["h"]) * sum(h)


@trap((X,))
def a_list_grows_in_a_tuple(x):
    s = ([x[0]], 0.0)
    for k in range(3):
        s[0].append(x[k])
        s = (s[0], s[1] + x[k])
    return sum(s[0]) * s[1]


@trap((X,))
def a_list_grows_beside_a_tuple(x):
    lst = [x[0]]
    s = (lst, 0.0)
    for k in range(3):
        lst.append(x[k])
        s = (s[0], s[1] + x[k])
    return sum(s[0]) * s[1] * sum(lst)


@trap((X,))
def lists_that_move_up(x):
    prev = [x[0], x[1]]
    cur = [x[2], x[3]]
    for k in range(3):
        prev, cur = (cur, [prev[0] + cur[1], cur[0] * x[k]])
    return prev[0] * cur[1]


@trap((X,))
def lists_that_swap_in_a_loop(x):
    prev = [x[0], x[1]]
    cur = [x[2], x[3]]
    for k in range(3):
        prev, cur = (cur, prev)
        cur[0] = cur[0] * x[k] + prev[1]
    return prev[0] * cur[1] + cur[0]


@right_or_refused((X,))
def a_function_that_gives_one_of_two_lists(x):

    def pick(f, a, b):
        if f:
            return a
        return b

    a = [x[0]]
    b = [x[1]]
    c = pick(x[2] > 0, a, b)
    c[0] = x[3]
    return a[0] * b[0]


@trap((X,))
def the_best_of_fresh_lists(x):
    best = None
    for k in range(4):
        cand = [x[k], x[k] * 2]
        if best is None or cand[0] > best[0]:
            best = cand
    return best[0] * best[1]


@right_or_refused((X,))
def the_best_of_several_lists_is_changed(x):
    best = None
    pool = [[x[0], 1.0], [x[1], 2.0], [x[2], 3.0]]
    for c in pool:
        if best is None or c[0] > best[0]:
            best = c
    best[0] = 0.5 * x[0]
    return sum(p[0] * p[1] for p in pool)


@right_or_refused((X,))
def the_least_of_a_list_of_lists_is_changed(x):
    pop = [[v, v**2] for v in x]
    best = min(pop, key=lambda p: p[1])
    best[0] = x[3]
    return sum(p[0] for p in pop)


@trap((X,))
def a_function_that_changes_a_dict_on_each_path(x):
    a = {"w": x[0], "n": [1.0, 2.0]}

    def upd(d, flag):
        if flag:
            d["w"] = d["w"] * 2
            d["n"].append(x[1])
        else:
            d["w"] = d["w"] + 1
            d["n"].append(x[2])
        return d

    b = upd(a, x[0] > 0)
    b["w"] *= x[3]
    return a["w"] * sum(a["n"])


@trap((X,))
def a_list_in_a_list_under_a_while(x):
    stack = [[x[0], x[1]]]
    while stack[0][0] < 5:
        stack[0][0] = stack[0][0] * 2 + x[2]
    return stack[0][0] * stack[0][1]


@trap((X,))
def a_row_under_two_numbers(x):
    rows = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        r = rows[i]
        for j in range(3):
            r[j] = x[i] * x[j]
        if i > 0:
            rows[i - 1] = r
    rows[0][0] = 7 * x[0]
    return sum(sum(r) for r in rows)


@trap((X,))
def one_row_three_times(x):
    rows = [[0.0] * 3] * 3
    rows[0][1] = x[0]
    return sum(sum(r) for r in rows) * x[1]


@right_or_refused((X,))
def a_list_chosen_in_a_loop(x):
    a = [x[0]]
    for k in range(2):
        b = a if x[k] > 0.5 else [x[k]]
    b[0] = 8 * x[1]
    return a[0] * b[0]


@trap((X,))
def copies_of_a_dict_are_kept(x):
    cfg = {"a": x[0]}
    hist = []
    for k in range(3):
        cfg["a"] = cfg["a"] * x[k]
        hist.append(dict(cfg))
    return sum(h["a"] for h in hist)


@right_or_refused((X,))
def one_dict_is_kept_three_times(x):
    cfg = {"a": x[0]}
    hist = []
    for k in range(3):
        cfg["a"] = cfg["a"] * x[k]
        hist.append(cfg)
    return sum(h["a"] for h in hist)


@right_or_refused((X,))
def a_list_left_on_some_trips(x):
    z = [x[0], x[1]]
    w = z
    while w[0] < 3:
        w[0] += x[2]
        if w[0] > 1:
            w = [w[0] * 2, w[1]]
    return z[0] * w[0]


@trap((X,))
def a_list_in_a_tuple_on_both_paths(x):
    if x[0] > 0:
        t = ([x[0], x[1]],)
    else:
        t = ([x[2], x[3]],)
    u = t[0]
    u[0] = x[3] * u[1]
    return t[0][0] * u[1]


@trap((X,))
def one_list_on_both_paths(x):
    a = [x[0], 2.0]
    if x[1] > 0:
        a[0] = a[0] * 2
        c = a
    else:
        c = a
    c[1] = x[3]
    return a[0] * a[1]


@right_or_refused((X,))
def lists_swapped_by_a_branch(x):
    a = [x[0], 2.0]
    b = [x[1], 1.0]
    if x[1] > 0:
        a, b = (b, a)
    a[0] = x[3] * a[0]
    return a[0] * b[0] * b[1]


@right_or_refused((X,))
def array_in_a_list_written_after_the_loop_that_bound_it(x):
    kept = []
    for i in range(len(x)):
        last = x * x[i]
        kept.append(last)
    last[0] = 5.0
    return np.sum(kept[-1]) + np.sum(last**2)


@right_or_refused((X,))
def array_in_a_list_of_tuples_added_to_after_the_loop_that_bound_it(x):
    kept = []
    for i in range(len(x)):
        last = x * x[i]
        kept.append((last, i))
    last += x[1]
    return np.sum(kept[-1][0] ** 2) + np.sum(last)


@right_or_refused((X,))
def list_in_a_list_written_after_the_loop_that_bound_it(x):
    kept = []
    for i in range(len(x)):
        row = [x[i], x[0] * x[i]]
        kept.append(row)
    row[0] = 9.0
    return kept[-1][0] * x[2] + row[1]


@right_or_refused((X,))
def list_in_a_list_bound_before_and_written_after_the_loop(x):
    kept = []
    row = [x[1], x[2]]
    for i in range(len(x)):
        row = [x[i], x[0] * x[i]]
        kept.append(row)
    row[0] = 9.0
    return kept[-1][0] * x[2] + row[1]


@right_or_refused((X,))
def list_in_a_list_that_grows_after_the_loop_that_bound_it(x):
    kept = []
    for i in range(len(x)):
        row = []
        for j in range(i + 1):
            row.append(x[j])
        kept.append(row)
    row.append(x[1])
    return kept[-1][-1] * x[2] + row[0]


@right_or_refused((X,))
def dict_in_a_tuple_in_a_list_written_after_the_loop_that_bound_it(x):
    kept = []
    for i in range(len(x)):
        d = {"a": x[i] ** 2}
        kept.append((d, i))
    d["a"] *= 3
    return kept[-1][0]["a"] * x[2] + d["a"]
