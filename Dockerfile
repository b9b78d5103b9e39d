# The API with its dataset: docker build --tag sjr . && docker run --init --read-only --publish 8000:8000 sjr
# Nothing is fetched, built or written when it runs.

# The image of Python comes without its standard library compiled, and what cannot write would compile it at each start.
FROM python:3.13-slim AS base
RUN python -m compileall -q "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"

FROM base AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv
COPY requirements.lock ./
RUN python -m venv venv && venv/bin/pip install --quiet --require-hashes -r requirements.lock
COPY pyproject.toml LICENSE ./
COPY app app
COPY data data
RUN venv/bin/pip install --quiet --no-deps --no-build-isolation --editable . \
    && venv/bin/python -m compileall -q app
ENV SJR_DATA=/srv/data SJR_STORE=/srv/store
RUN venv/bin/sjr check && venv/bin/sjr build

# The same layout: the dataset's version is a hash over data/, app/ and requirements.lock, and the
# editable install points at /srv, so the server finds the very store that was compiled above.
FROM base
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin sjr
COPY --from=build /srv /srv
WORKDIR /srv
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SJR_DATA=/srv/data SJR_STORE=/srv/store
# Who runs containers collects what they write, and has a proxy before them that takes most requests.
ENV SJR_ACCESS_LOG=true SJR_LOG_FORMAT=json
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/ready', timeout=2)"]
# SIGTERM, which Docker sends, ends the server when what is in flight is answered: within SJR_GRACE (8 s) of Docker's 10.
CMD ["sjr", "serve", "--host", "0.0.0.0", "--port", "8000"]
