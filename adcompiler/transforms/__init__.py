"""Passes: functions from IR to IR, one file and one public function each."""
