{:system {:local-repo "/usr/share/maven-repo" :offline? true}}
