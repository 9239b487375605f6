# static site: made by sh0.
FROM nginx:1
ENV PORT=8080 \
    HOST=0.0.0.0
RUN printf '%s\n' 'worker_processes 1;' 'pid /tmp/nginx.pid;' 'events { worker_connections 1024; }' 'http {' 'include /etc/nginx/mime.types;' 'default_type application/octet-stream;' 'access_log /dev/stdout;' 'client_body_temp_path /tmp/nginx-client_body;' 'proxy_temp_path /tmp/nginx-proxy;' 'fastcgi_temp_path /tmp/nginx-fastcgi;' 'uwsgi_temp_path /tmp/nginx-uwsgi;' 'scgi_temp_path /tmp/nginx-scgi;' 'sendfile on;' 'gzip on;' 'gzip_types text/css text/javascript application/javascript application/json image/svg+xml;' 'server_tokens off;' 'absolute_redirect off;' 'server {' 'listen 8080;' 'root /srv/site;' 'error_page 404 /404.html;' 'location ~ /\.(?!well-known) { return 404; }' 'location / { try_files $uri $uri/ $uri.html =404; }' '}' '}' > /etc/nginx/sh0.conf
COPY . /srv/site
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' / | cat >&3 && read -r -t 4 _ status _ <&3 && [[ $status == [1-4]?? ]]"]
ENTRYPOINT []
CMD ["nginx", "-e", "/dev/stderr", "-c", "/etc/nginx/sh0.conf", "-g", "daemon off;"]
