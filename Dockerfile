# Two images from one file: `bot` has no torch, `worker` measures and draws.
FROM python:3.11-slim AS base
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --uid 10001 --create-home pollbot && mkdir /data && chown pollbot /data
WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes --requirement requirements.txt

FROM base AS bot
COPY . .
RUN pip install --no-deps .
USER pollbot
VOLUME /data
ENV POLLBOT_DATABASE_URL=sqlite:////data/pollbot.db POLLBOT_LOG_FORMAT=json
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["pollbot", "health"]
CMD ["pollbot", "run", "--no-worker"]

FROM base AS worker
# TORCH_INDEX names an index with CPU builds; without it pip's own configuration decides.
ARG TORCH_INDEX=""
RUN pip install ${TORCH_INDEX:+--index-url $TORCH_INDEX} torch==2.13.0
COPY requirements-worker.txt ./
RUN pip install --require-hashes --requirement requirements-worker.txt
COPY . .
RUN pip install --no-deps .
USER pollbot
VOLUME /data
ENV POLLBOT_DATABASE_URL=sqlite:////data/pollbot.db POLLBOT_LOG_FORMAT=json MPLCONFIGDIR=/tmp/matplotlib
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["pollbot", "health", "--worker"]
CMD ["pollbot", "worker"]
