# Two images from one file: `bot` has no torch, `worker` measures and draws; neither has what builds them.
#
# BASE is python:3.11-slim with its digest, which `docker buildx imagetools inspect python:3.11-slim` shows on the day of the
# build. Whoever wrote this could reach no registry, so none stands here; the build ends where BASE has none.
ARG BASE
FROM ${BASE} AS base
ARG BASE
RUN expr "$BASE" : '.*@sha256:[0-9a-f]\{64\}$' > /dev/null || { echo "BASE=$BASE has no digest (README)"; exit 1; }
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --uid 10001 --create-home pollbot && mkdir -m 700 /data && chown pollbot /data
WORKDIR /app

FROM base AS wheel
COPY requirements-build.txt ./
RUN pip install --require-hashes --requirement requirements-build.txt
COPY . .
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheel .

FROM base AS installed
COPY requirements.txt ./
RUN pip install --require-hashes --requirement requirements.txt
# Who else holds rights in what is inside, python-telegram-bot (LGPL-3.0) above all.
COPY LICENSE docs/licences.md /usr/share/doc/pollbot/
LABEL org.opencontainers.image.licenses="MIT AND LGPL-3.0-only"
COPY threads threads
VOLUME /data
# An empty POLLBOT_ENV_FILE: what lies in /data sets nothing.
ENV POLLBOT_DATABASE_URL=sqlite:////data/pollbot.db POLLBOT_LOG_FORMAT=json POLLBOT_ENV_FILE=

FROM installed AS bot
COPY --from=wheel /wheel /wheel
RUN pip install --no-deps --no-index /wheel/pollbot-*.whl
USER pollbot
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["pollbot", "health"]
CMD ["pollbot", "run", "--no-worker"]

FROM installed AS worker
# TORCH_INDEX names an index with CPU builds; without it pip's own configuration decides. What comes from such an index has
# hashes once `make lock TORCH_INDEX=URL` has written requirements-torch-index.txt.
ARG TORCH_INDEX=""
COPY requirements-*.txt ./
RUN if [ -z "$TORCH_INDEX" ]; then set -- --require-hashes --requirement requirements-torch.txt; \
    elif [ -e requirements-torch-index.txt ]; then set -- --require-hashes --requirement requirements-torch-index.txt; \
    else set -- torch==2.13.0; fi; pip install --no-deps ${TORCH_INDEX:+--index-url $TORCH_INDEX} "$@"
RUN pip install --require-hashes --requirement requirements-worker.txt
RUN pip list --format freeze | grep -qx 'torch==2.13.0+cpu' || pip install --require-hashes --requirement requirements-cuda.txt
COPY --from=wheel /wheel /wheel
RUN pip install --no-deps --no-index /wheel/pollbot-*.whl
USER pollbot
ENV MPLCONFIGDIR=/tmp/matplotlib
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["pollbot", "health", "--worker"]
CMD ["pollbot", "worker"]
