package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A bom is a bill of materials as CycloneDX 1.6 has it, with what a binary says of
// itself (https://cyclonedx.org/docs/1.6/json/).
type (
	bom struct {
		Format     string      `json:"bomFormat"`
		Spec       string      `json:"specVersion"`
		Version    int         `json:"version"`
		Metadata   bomMetadata `json:"metadata"`
		Components []component `json:"components"`
		// DependsOn says no more than that all of it is in the program.
		DependsOn []dependency `json:"dependencies"`
	}
	bomMetadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version,omitempty"`
		PURL       string     `json:"purl,omitempty"`
		Licences   []licence  `json:"licenses,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	licence struct {
		Licence struct {
			ID string `json:"id"`
		} `json:"license"`
	}
	property   struct{ Name, Value string }
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn"`
	}
)

func (p property) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"name": p.Name, "value": p.Value})
}

func writeSBOM(binary, file, version string, date time.Time) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	modules, err := linked()
	if err != nil {
		return err
	}
	known := map[string]module{}
	for _, m := range modules {
		known[m.path] = m
	}
	main := component{Type: "application", Ref: info.Main.Path, Name: "jwt", Version: version, PURL: "pkg:golang/" + program + "@v" + version, Licences: []licence{licenceID("MIT")}}
	main.Properties = append(main.Properties, property{"file", filepath.Base(binary)})
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS", "GOARCH", "-ldflags", "-trimpath", "CGO_ENABLED":
			main.Properties = append(main.Properties, property{"go:build:" + s.Key, s.Value})
		}
	}
	goVersion := info.GoVersion
	list := bom{Format: "CycloneDX", Spec: "1.6", Version: 1, Metadata: bomMetadata{date.Format(time.RFC3339), main}}
	list.Components = append(list.Components, component{
		Type: "library", Ref: "std", Name: "std", Version: goVersion, PURL: "pkg:golang/std@" + goVersion,
		Licences: []licence{licenceID(modules[0].licence)},
	})
	for _, d := range info.Deps {
		m, ok := known[d.Path]
		if !ok || m.version != d.Version {
			return fmt.Errorf("%s has %s %s, which is none of the modules of this commit", binary, d.Path, d.Version)
		}
		purl := fmt.Sprintf("pkg:golang/%s@%s", d.Path, d.Version)
		list.Components = append(list.Components, component{
			Type: "library", Ref: purl, Name: d.Path, Version: d.Version, PURL: purl, Licences: []licence{licenceID(m.licence)},
			Properties: []property{{"go:sum", d.Sum}},
		})
	}
	all := dependency{Ref: main.Ref}
	for _, c := range list.Components {
		all.DependsOn = append(all.DependsOn, c.Ref)
	}
	list.DependsOn = []dependency{all}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(list); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644) //nolint:gosec // for everybody
}

func licenceID(id string) (l licence) {
	l.Licence.ID = id
	return l
}
