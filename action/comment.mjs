/** GitHub takes comments of so many characters. */
const LONGEST = 65_536;
const PER_PAGE = 100;
const ATTEMPTS = 3;
const DEADLINE_MS = 30_000;

/**
 * Writes the comment of a pull request, or writes it again: there is one for each `name`.
 * @param {{ api: string, repository: string, number: number, token: string, name: string, text: string }} comment
 * @returns {Promise<'created' | 'updated'>}
 */
export async function writeComment({ api, repository, number, token, name, text }) {
  const mark = `<!-- assay: ${name.replaceAll('--', '- -')} -->`;
  const call = caller(api, token);
  const path = `/repos/${repository}/issues/${number}/comments`;
  const body = shortened(`${mark}\n${text}`);
  const own = await findOwn(call, path, mark);
  if (own === undefined) await call('POST', path, { body });
  else await call('PATCH', `/repos/${repository}/issues/comments/${own.id}`, { body });
  return own === undefined ? 'created' : 'updated';
}

/** Anybody can write our mark into a comment: only what the token's own user wrote is written again. */
async function findOwn(call, path, mark) {
  const me = await call('GET', '/user').catch(() => undefined);
  const isOwn = ({ user }) => (me === undefined ? user?.type === 'Bot' : user?.login === me.login);
  for (let page = 1; ; page += 1) {
    const comments = await call('GET', `${path}?per_page=${PER_PAGE}&page=${page}`);
    const found = comments.find((comment) => comment.body?.startsWith(mark) && isOwn(comment));
    if (found !== undefined || comments.length < PER_PAGE) return found;
  }
}

function shortened(body) {
  const end = '\n\n… the rest is in the summary of the job.';
  return body.length <= LONGEST ? body : `${body.slice(0, LONGEST - end.length)}${end}`;
}

/** The token stands in a header, and nowhere else: neither in an address nor in a message. */
function caller(api, token) {
  return async (method, path, body) => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${api}${path}`, {
        method,
        headers: {
          ...{ authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
          ...{ 'content-type': 'application/json', 'x-github-api-version': '2022-11-28', 'user-agent': 'assay' },
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      if (response.ok) return response.json();
      const mayPass = response.status === 429 || response.status >= 500;
      if (!mayPass || attempt === ATTEMPTS)
        throw Object.assign(new Error(`${method} ${path} answered ${response.status}`), { status: response.status });
      await new Promise((resolve) => setTimeout(resolve, secondsToWait(response, attempt) * 1000));
    }
  };
}

function secondsToWait(response, attempt) {
  const asked = Number(response.headers.get('retry-after'));
  return asked > 0 ? Math.min(asked, 60) : attempt;
}
