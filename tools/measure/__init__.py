"""What tools/yardstick.py and the tests of the repository measure."""
