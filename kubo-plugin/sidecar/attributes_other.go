//go:build !linux

package sidecar

import "syscall"

func attributes() *syscall.SysProcAttr { return nil }
