"""Rows for fixtures/goldens/inference-scipy.jsonl: what scipy, statsmodels, scikit-learn and plain matrix algebra say.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy==2.4.6 scipy==1.17.1 \
        statsmodels==0.15.0 scikit-learn==1.9.1
    /tmp/venv/bin/python packages/metrics/test/make-inference-fixture.py > packages/metrics/fixtures/goldens/inference-scipy.jsonl

Nothing here is written as the product is: intervals come from acceptance regions that are searched, from constrained
likelihoods that are maximised numerically, from whole matrices, and from samples that are left out one by one.
"""
import json

import numpy as np
from scipy import optimize, stats
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, roc_auc_score
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

random = np.random.default_rng(20261129)


def row(method, given, expected, source):
    print(json.dumps({'method': method, 'input': given, 'expected': expected, 'source': source}))


def rounded(values):
    return [round(float(value), 3) for value in values]


def with_ends(x):
    return DescrStatsW(np.append(x, [0, 1]), weights=np.append(np.ones(len(x)), [1.25, 1.25]))


# Blaker: the hull of all p that the acceptability function keeps, walked outwards from x/n and bisected at the border.
def acceptability(p, x, n):
    upper, lower = stats.binom.sf(x - 1, n, p), stats.binom.cdf(x, n, p)
    tail = min(upper, lower)
    ks = np.arange(n + 1)
    other = stats.binom.cdf(ks, n, p) if upper <= lower else stats.binom.sf(ks - 1, n, p)
    kept = other[other <= tail * (1 + 1e-13)]
    return min(1.0, tail + (kept.max() if len(kept) else 0.0))


def blaker(x, n, alpha):
    grid = np.linspace(0, 1, 20001)[1:-1]
    inside = [p for p in grid if acceptability(p, x, n) > alpha]
    ends = []
    for found, step in ((inside[0], -1), (inside[-1], 1)):
        out, kept = min(max(found + step * 5e-5, 0.0), 1.0), found
        for _ in range(80):
            middle = (out + kept) / 2
            if acceptability(middle, x, n) > alpha:
                kept = middle
            else:
                out = middle
        ends.append(kept)
    return [0.0 if x == 0 else ends[0], 1.0 if x == n else ends[1]]


for x, n, confidence in ((0, 7, 0.95), (1, 9, 0.95), (3, 12, 0.95), (11, 14, 0.9), (17, 40, 0.99), (39, 40, 0.95)):
    row('blaker', {'x': x, 'n': n, 'confidence': confidence}, blaker(x, n, 1 - confidence), 'scipy.stats.binom')

for n in (3, 6, 15, 40):
    x = rounded(random.beta(2, 0.7, n))
    interval = with_ends(np.array(x)).tconfint_mean()
    row('mean_interval', {'values': x, 'confidence': 0.95}, [max(0, interval[0]), min(1, interval[1])], 'statsmodels DescrStatsW')

for n in (4, 12, 40):
    first, second = rounded(random.beta(2, 1, n)), rounded(random.beta(1, 1, n))
    d = with_ends((np.array(first) - np.array(second) + 1) / 2)
    low, high = d.tconfint_mean()
    expected = {'interval': [max(-1, 2 * low - 1), min(1, 2 * high - 1)], 'p': d.ttest_mean(0.5)[1]}
    row('pair_test', {'first': first, 'second': second, 'confidence': 0.95}, expected, 'statsmodels DescrStatsW')

for before, after in ((5, 30), (20, 20), (40, 7)):
    baseline, current = rounded(random.beta(5, 1, before)), rounded(random.beta(1, 5, after))
    means = CompareMeans(with_ends(np.array(current)), with_ends(np.array(baseline)))
    low, high = means.tconfint_diff(usevar='unequal')
    expected = {'interval': [max(-1, low), min(1, high)], 'p': means.ttest_ind(usevar='unequal')[1]}
    row('drift_test', {'baseline': baseline, 'current': current, 'confidence': 0.95}, expected, 'statsmodels CompareMeans')


# CR2 by its definition: residuals of each cluster times (I - H)^(-1/2), and Satterthwaite's moments of a quadratic form.
def cr2(sizes):
    clusters = np.repeat(np.arange(len(sizes)), sizes)
    n, y = len(clusters), np.array(rounded(random.beta(2, 1, len(clusters))))
    X = np.ones((n, 1))
    H = X @ np.linalg.inv(X.T @ X) @ X.T
    residual = y - H @ y
    total, forms = 0.0, []
    for g in range(len(sizes)):
        at = np.flatnonzero(clusters == g)
        values, vectors = np.linalg.eigh(np.eye(len(at)) - H[np.ix_(at, at)])
        A = vectors @ np.diag(values ** -0.5) @ vectors.T
        total += float(np.ones(len(at)) @ A @ residual[at]) ** 2
        forms.append((np.eye(n) - H)[:, at] @ A @ np.ones(len(at)))
    G = np.array(forms).T
    B = G.T @ G
    sums = [float(y[clusters == g].sum()) for g in range(len(sizes))]
    row('cr2', {'sums': sums, 'sizes': list(map(float, sizes))}, [y.mean(), total / n ** 2, np.trace(B) ** 2 / (B * B).sum()], 'matrix algebra')


for sizes in ((1, 4), (2, 3, 9), (5, 5, 5, 5), (1, 1, 7, 3, 2, 12)):
    cr2(sizes)


# Tango's statistic from the likelihood of a table, maximised under the difference; its p at 0 is McNemar's.
def tango_score(b, c, n, delta):
    def loss(share):
        cells = np.array([share + delta, share, 1 - 2 * share - delta])
        counts = np.array([b, c, n - b - c])
        return -float((counts[counts > 0] * np.log(np.maximum(cells[counts > 0], 1e-300))).sum())
    low, high = max(0.0, -delta), (1 - delta) / 2
    share = optimize.minimize_scalar(loss, bounds=(low, high), method='bounded', options={'xatol': 1e-15}).x
    # Polished: the derivative of the likelihood is 0 there.
    slope = lambda s: b / (s + delta) + c / s - 2 * (n - b - c) / (1 - 2 * s - delta)
    width = 1e-4 * (high - low)
    share = optimize.brentq(slope, max(low + 1e-12, share - width), min(high - 1e-12, share + width), xtol=1e-16)
    return (b - c - n * delta) / np.sqrt(n * (2 * share + delta - delta ** 2))


def flips(b, c, n):
    def limits(b, c, n, critical):
        middle = (b - c) / n
        solve = lambda sign, low, high: optimize.brentq(lambda d: tango_score(b, c, n, d) - sign * critical, low, high, xtol=1e-14)
        return solve(1, -0.95, middle - 1e-9), solve(-1, middle + 1e-9, 0.95)
    plain = limits(b, c, n, stats.t.isf(0.025, n - 1))
    half = limits(b + 0.5, c + 0.5, n + 1, stats.norm.isf(0.025))
    chi = mcnemar([[0, b], [c, 0]], exact=False, correction=False).statistic
    halves = mcnemar([[0, b + 0.5], [c + 0.5, 0]], exact=False, correction=False).statistic
    p = max(2 * stats.norm.sf(np.sqrt(halves)), 2 * stats.t.sf(np.sqrt(chi), n - 1))
    expected = {'interval': [min(plain[0], half[0]), max(plain[1], half[1])], 'p': p}
    row('flips', {'b': b, 'c': c, 'n': n, 'confidence': 0.95}, expected, 'scipy.optimize, statsmodels mcnemar')


for b, c, n in ((3, 1, 12), (9, 2, 30), (5, 14, 60), (40, 61, 300)):
    flips(b, c, n)

for tail, df in ((0.025, 1.5), (0.005, 6.25), (0.05, 133.7)):
    row('t_isf', {'p': tail, 'df': df}, float(stats.t.isf(tail, df)), 'scipy')


# Areas under the ROC curve. Neither scipy nor statsmodels nor scikit-learn has DeLong's interval; they have its parts: the area,
# and the standard error and degrees of freedom of a difference of two means, here of the shares of one class below each of the other.
def auc(negative, positive):
    low, high = np.append(negative, [-1e9, 1e9]), np.append(positive, [-1e9, 1e9])
    truth = np.repeat([0, 1], [len(low), len(high)])
    below = (stats.rankdata(np.append(low, high))[len(low):] - stats.rankdata(high)) / len(low)
    above = (stats.rankdata(-np.append(low, high))[:len(low)] - stats.rankdata(-low)) / len(high)
    means = CompareMeans(DescrStatsW(below), DescrStatsW(above))
    area = roc_auc_score(truth, np.append(low, high))
    assert abs(stats.mannwhitneyu(high, low).statistic / len(low) / len(high) - area) < 1e-12
    half = stats.t.isf(0.025, means.dof_satt()) * means.std_meandiff_separatevar
    expected = [max(0, area - half), min(1, area + half)]
    row('auc_interval', {'negative': negative, 'positive': positive, 'confidence': 0.95}, expected,
        'scikit-learn roc_auc_score, statsmodels CompareMeans (none has DeLong’s interval)')


for zeros, ones in ((4, 3), (12, 30), (80, 9)):
    auc(rounded(random.normal(0, 1, zeros)), rounded(random.normal(1, 1, ones)))


# Class scores: scikit-learn's, with each sample left out in turn.
def left_out(score, truth, guess, pseudo, interval_range):
    t, g = np.append(truth, [a for a, _ in pseudo]), np.append(guess, [b for _, b in pseudo])
    whole, n = score(t, g), len(t)
    each = np.array([score(np.delete(t, i), np.delete(g, i)) for i in range(n)])
    spread = whole - each
    error = np.sqrt((n - 1) / n * ((spread - spread.mean()) ** 2).sum())
    half = stats.t.isf(0.025, len(truth) - 1) * error
    return [max(interval_range[0], whole - half), min(interval_range[1], whole + half)]


for n in (8, 25, 90):
    truth = random.integers(0, 3, n)
    guess = np.where(random.random(n) < 0.7, truth, random.integers(0, 3, n))
    table = np.zeros((n, 9), int)
    table[np.arange(n), truth * 3 + guess] = 1
    pseudo = [(c, c) for c in range(3)] + [(c, (c + 1) % 3) for c in range(3)]
    expected = left_out(cohen_kappa_score, truth, guess, pseudo, [-1, 1])
    row('corpus_interval', {'rows': table.tolist(), 'kind': 'kappa', 'low': -1, 'high': 1, 'confidence': 0.95}, expected, 'scikit-learn cohen_kappa_score')
    hits = np.zeros((n, 6), int)
    hits[np.arange(n), truth] = truth == guess
    hits[np.arange(n), 3 + truth] = 1
    expected = left_out(balanced_accuracy_score, truth, guess, pseudo, [0, 1])
    row('corpus_interval', {'rows': hits.tolist(), 'kind': 'recalls', 'confidence': 0.95}, expected, 'scikit-learn balanced_accuracy_score')

# Equivalence: two one-sided tests at half of the level of the interval.
for n, margin in ((12, 0.3), (60, 0.1), (60, 0.4)):
    first, second = rounded(random.beta(2, 1, n)), rounded(random.beta(2, 1, n))
    d = with_ends((np.array(first) - np.array(second) + 1) / 2)
    p, lower, _ = d.ttost_mean(0.5 - margin / 2, 0.5 + margin / 2)
    expected = {'equivalent': min(1, 2 * p), 'not_worse': min(1, 2 * lower[1])}
    row('equivalence', {'first': first, 'second': second, 'margin': margin}, expected, 'statsmodels ttost_mean')

# Quantiles: the interval of order statistics is what no test of a quantile rejects.
for n, share in ((6, 0.5), (31, 0.5), (200, 0.5), (72, 0.95), (400, 0.95)):
    x = rounded(np.exp(1.5 * random.standard_normal(n)))
    lower = stats.quantile_test(x, p=share, alternative='greater').confidence_interval(0.975).low
    upper = stats.quantile_test(x, p=share, alternative='less').confidence_interval(0.975).high
    row('quantile_interval', {'values': x, 'share': share, 'confidence': 0.95}, {'value': float(np.quantile(x, share)), 'interval': [float(lower), float(upper)]}, 'scipy.stats.quantile_test')

# Adjusted p-values without columns of differences.
for k in (2, 5, 12):
    p = [float(f'{value:.6f}') for value in random.beta(0.4, 2, k)]
    expected = {'holm': multipletests(p, method='holm')[1].tolist(), 'fdr': multipletests(p, method='fdr_bh')[1].tolist()}
    row('adjusted', {'p': p}, expected, 'statsmodels multipletests')

# Weighted means: statsmodels' mean, and the HC2 error of weighted least squares with an intercept alone.
for n, spread in ((5, 0.5), (12, 1.0), (60, 1.5)):
    x = rounded(random.choice([0, 0.25, 0.5, 1], n))
    weights = [max(0.01, w) for w in rounded(np.exp(spread * random.standard_normal(n)))]
    weights[0] = weights[1]
    fitted = WLS(np.array(x), np.ones(n), weights=np.array(weights)).fit(cov_type='HC2')
    mean = DescrStatsW(np.array(x), weights=np.array(weights)).mean
    assert abs(mean - fitted.params[0]) < 1e-12
    row('weighted_mean', {'values': x, 'weights': weights}, [mean, fitted.bse[0]], 'statsmodels DescrStatsW, WLS with HC2')
