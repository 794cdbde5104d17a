# docker build -t ranklab . && docker run -p 8501:8501 -v ranklab:/workspace ranklab

# The packages are installed in the full image, because some platforms have to compile one of them.
FROM python:3.11 AS packages
COPY requirements.txt .
# The CPU build of torch first: the usual index gives one with several GB of CUDA.
RUN python -m venv /packages \
    && /packages/bin/pip install --no-cache-dir --no-deps \
        --index-url https://download.pytorch.org/whl/cpu "$(grep '^torch==' requirements.txt)" \
    && /packages/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim
COPY --from=packages /packages /packages
RUN useradd --create-home ranklab && mkdir /workspace && chown ranklab /workspace
WORKDIR /app
COPY . .

# The revision of the sources, for the page and the log: --build-arg REVISION=$(git rev-parse HEAD)
ARG REVISION=""
USER ranklab
ENV PATH=/packages/bin:$PATH \
    RANKLAB_WORKSPACE=/workspace \
    RANKLAB_LOG_STDERR=1 \
    RANKLAB_REVISION=$REVISION \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_HEADLESS=true
VOLUME /workspace
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/health', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "app.py"]
