"""Rules of docker-compose.yml and of the Kubernetes manifests."""

import json
import re


def everything_in_compose_is_bounded_and_watched(it):
    for name, service in it.compose["services"].items():
        for key in ("mem_limit", "cpus", "restart", "stop_grace_period"):
            if key not in service:
                yield f"docker-compose.yml: {name} has no {key}"
        # The image of the instances brings its own.
        if "healthcheck" not in service and service["image"] != "flashsale":
            yield f"docker-compose.yml: {name} has no health check"
        if service["image"] != "flashsale" and not re.fullmatch(r"\S+:v?\d[\w.]*", service["image"]):
            yield f"docker-compose.yml: {name} has no fixed version of {service['image']}"
    if "HEALTHCHECK" not in (it.root / "Dockerfile").read_text():
        yield "the image has no health check"


def what_compose_mounts_is_there_and_found(it):
    targets = {}
    for name, service in it.compose["services"].items():
        for volume in service.get("volumes", []):
            source, target, mode = volume.split(":")
            targets.setdefault(name, {})[target] = source
            if source.startswith("./"):
                if mode != "ro":
                    yield f"docker-compose.yml: {name} may write to {source}"
                if not (it.root / source).exists():
                    yield f"docker-compose.yml: {name} mounts {source}, which is not there"
    provider = (it.root / "monitoring/grafana/provisioning/dashboards/flashsale.yml").read_text()
    if re.search(r"path: (\S+)", provider).group(1) not in targets["grafana"]:
        yield "Grafana looks for dashboards where none are mounted"
    for path in sorted((it.root / "monitoring/grafana/provisioning/datasources").glob("*.yml")):
        for variable in re.findall(r"\$([A-Z_]+)", path.read_text()):
            if variable not in it.compose["services"]["grafana"]["environment"]:
                yield f"Grafana is not given {variable}"


def compose_scrapes_the_instances(it):
    text = (it.root / "deploy/compose/targets/flashsale.json").read_text()
    scraped = sorted(target for group in json.loads(text) for target in group["targets"])
    instances = sorted(f"{name}:{one['environment']['HTTP_PORT']}" for name, one in it.instances.items())
    if scraped != instances:
        yield f"Prometheus asks {scraped}, the instances are {instances}"


def selectors_select(it):
    pod = it.manifest("Deployment")["spec"]["template"]["metadata"]["labels"]
    job = it.manifest("Job")["spec"]["template"]["metadata"]["labels"]
    selectors = {
        "Deployment": it.manifest("Deployment")["spec"]["selector"]["matchLabels"],
        "Service": it.manifest("Service")["spec"]["selector"],
        "PodDisruptionBudget": it.manifest("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
    }
    for kind, selector in selectors.items():
        if not selector.items() <= pod.items():
            yield f"{kind} does not select the instances"
        if selector.items() <= job.items():
            yield f"{kind} takes the migration for an instance"
    policy = it.manifest("NetworkPolicy")["spec"]["podSelector"]["matchLabels"]
    if not (policy.items() <= pod.items() and policy.items() <= job.items()):
        yield "NetworkPolicy does not hold for instances and migration"
    target = it.manifest("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"]
    if target != it.manifest("Deployment")["metadata"]["name"]:
        yield f"HorizontalPodAutoscaler scales {target}"


def pods_are_what_the_image_is(it):
    user = int(re.search(r"^USER (\d+):", (it.root / "Dockerfile").read_text(), re.M).group(1))
    for kind in ("Deployment", "Job"):
        spec = it.manifest(kind)["spec"]["template"]["spec"]
        container = spec["containers"][0]
        if spec["securityContext"]["runAsUser"] != user:
            yield f"{kind} runs as another user than the image's {user}"
        names = {source[key]["name"] for source in container["envFrom"] for key in source}
        given = {it.manifest("Secret")["metadata"]["name"]}
        given |= {one["name"] for one in it.manifest("Kustomization")["configMapGenerator"]}
        if names != given:
            yield f"{kind} takes settings from {sorted(names)}, there are {sorted(given)}"
        guard = container["securityContext"]
        if guard["allowPrivilegeEscalation"] or not guard["readOnlyRootFilesystem"] or guard["capabilities"] != {"drop": ["ALL"]}:
            yield f"{kind} may do more than it needs"


def pods_are_reached_at_their_port(it):
    http = int(it.kubernetes_settings["HTTP_PORT"])
    container = it.manifest("Deployment")["spec"]["template"]["spec"]["containers"][0]
    if container["ports"] != [{"name": "http", "containerPort": http}]:
        yield f"Deployment shows {container['ports']}, the service listens on {http}"
    if [port["targetPort"] for port in it.manifest("Service")["spec"]["ports"]] != ["http"]:
        yield "Service leads to another port than http"
    allowed = [port["port"] for rule in it.manifest("NetworkPolicy")["spec"]["ingress"] for port in rule["ports"]]
    if allowed != [http]:
        yield f"NetworkPolicy lets in to {allowed}"
    contract = (it.root / "docs/openapi.yaml").read_text()
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        path = container[probe]["httpGet"]["path"]
        if f"\n  {path}:\n" not in contract or container[probe]["httpGet"]["port"] != "http":
            yield f"{probe} asks for what there is not: {path}"
    if container["readinessProbe"]["httpGet"]["path"] != "/health/ready":
        yield "readiness is not asked for"
    if it.manifest("Deployment")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] != 0:
        yield "an update takes an instance away before there is another"


def kustomization_is_whole(it):
    listed = set(it.manifest("Kustomization")["resources"])
    there = set(it.manifests) - {"kustomization.yaml", "secret.example.yaml"}
    if listed != there:
        yield f"kustomization.yaml and its folder differ by {sorted(listed ^ there)}"


RULES = [
    everything_in_compose_is_bounded_and_watched,
    what_compose_mounts_is_there_and_found,
    compose_scrapes_the_instances,
    selectors_select,
    pods_are_what_the_image_is,
    pods_are_reached_at_their_port,
    kustomization_is_whole,
]
