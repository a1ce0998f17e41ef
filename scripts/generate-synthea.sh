#!/usr/bin/env bash
# Generates synthetic patients with full histories, claims and explanations of benefit: Synthea 3.3.0
# (Apache-2.0) from Maven, as self-contained FHIR R4 bundles. The same arguments give the same files.
#
#   scripts/generate-synthea.sh [OUTPUT_FOLDER] [PATIENTS] [SEED]
#
# The bundles in test/data/synthea are four of the eight that the defaults give.
set -euo pipefail

output=${1:-synthea-output}
patients=${2:-8}
seed=${3:-20260101}
version=3.3.0
cache="${XDG_CACHE_HOME:-$HOME/.cache}/salus/synthea-$version"

for tool in java mvn; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "ERR_TOOL_MISSING: $tool is needed: install a JDK (17 or newer) and Maven" >&2
    exit 1
  fi
done
mkdir -p "$output"
output=$(cd "$output" && pwd)

if [ ! -e "$cache/complete" ]; then
  echo "Getting org.mitre.synthea:synthea:$version and what it needs (200 MB, once)" >&2
  mkdir -p "$cache"
  cat >"$cache/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example.salus</groupId>
  <artifactId>synthea-runner</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.mitre.synthea</groupId>
      <artifactId>synthea</artifactId>
      <version>$version</version>
    </dependency>
  </dependencies>
</project>
POM
  mvn -q -B -f "$cache/pom.xml" dependency:copy-dependencies -DoutputDirectory="$cache/lib"
  touch "$cache/complete"
fi

# Seeds for population and clinicians, and fixed dates: nothing depends on the day it runs.
(cd "$output" && java -Xmx1g -cp "$cache/lib/*" App \
  -s "$seed" -cs "$seed" -r 20260101 -e 20260101 -p "$patients" -a 3-25 \
  --exporter.baseDirectory="$output/" \
  --exporter.pretty_print=false \
  --exporter.fhir.transaction_bundle=false \
  --exporter.years_of_history=2 \
  --exporter.hospital.fhir.export=false \
  --exporter.practitioner.fhir.export=false \
  --exporter.metadata.export=false \
  Massachusetts >synthea.log)
echo "Bundles are in $output/fhir" >&2
